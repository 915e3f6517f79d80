"""Destruction (销毁): an approved list, two witnesses, a waiting period, erasure that is checked, a certificate."""
