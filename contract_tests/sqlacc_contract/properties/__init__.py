"""The Api -> what has to hold for values nobody wrote down: one pack for any server and any client."""
