"""The portal: where people ask, without an account, in Danish and English."""
