"""What the commands in dev/ share. Standard library only: it must run on a bare machine."""
