"""People, their accounts and roles: who is who, who may what, and why.

Words: account 账号, role 角色, the three administrators 三员 (system administrator 系统管理员, security
administrator 安全保密管理员, security auditor 安全审计员). They are held apart, as the rules want it: one makes accounts, one gives rights, one reads what both did.
"""
