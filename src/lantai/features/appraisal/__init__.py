"""Appraisal (鉴定): what is past its retention is kept on, condemned, or offered to the state archives."""
