"""Words everybody shares: errors, settings, ids, language and small values; imports no other room."""
