"""Verification: do contents, filed records and the event log still hold what was fixed? (真实、完整)"""
