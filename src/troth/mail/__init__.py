"""The post room: letters go out by one exit for what a person's request needs, and mails come in by one entrance."""
