"""What a deployer edits: schemas, workflows, seeds and examples for a server."""
