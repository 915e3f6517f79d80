"""Who people are, and who may do what where: one policy for all doors."""
