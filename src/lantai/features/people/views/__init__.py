"""The pages of people: sign in, own account, people, roles."""
