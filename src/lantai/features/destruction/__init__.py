"""Destruction (销毁): an approved list, two witnesses, a waiting period, checked erasure, a certificate."""
