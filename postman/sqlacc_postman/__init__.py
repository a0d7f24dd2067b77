"""Postman collections, read into specs and written from them."""
