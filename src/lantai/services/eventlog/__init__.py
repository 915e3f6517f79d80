"""The event log: what happened, in an order that nobody can change unnoticed (RFC 9162).

A transaction puts its events into the queue of its own writer (`record`, `queues`); one sealer moves the
queues into the Merkle tree and signs its head (`sealer`, `log`). Nothing is ever dropped.
"""
