"""Text and small pictures of files: read in child processes, kept beside the contents, never in the database.

`reading` says which reader a file gets, one module reads each family of formats, `drawing` makes previews,
`work` goes along the event log, `words` says what became of a file.
"""
