"""The methods of WebDAV, a module for each or for two that are one."""
