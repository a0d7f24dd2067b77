"""A Postman collection -> specs: read, walked, understood, and laid down as YAML with a report of what got lost."""
