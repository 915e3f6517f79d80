"""The load test that anybody can repeat: makes a repository, serves it, and measures it over HTTP."""
