"""Long work: done after commit, in steps that are each a transaction, resumed after a crash, its state shown.

`registry` names what kinds of work there are, `model` holds what is under way, `service` is what people and
programs ask, `running` does a job step by step, `worker` are the threads beside the server, `children` runs
pure computing in processes with limits.
"""
