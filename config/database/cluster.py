"""The settings files of the embedded cluster."""

CONFIGURATION = """\
# Written by Lonja when it made this cluster.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
password_encryption = 'scram-sha-256'

# An acknowledged order is on disk.
fsync = on
full_page_writes = on
synchronous_commit = on

# Two cores and a disk that seeks for free.
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off

log_line_prefix = '%m [%p] %u@%d '
log_lock_waits = on
log_min_duration_statement = 2s
timezone = 'UTC'
log_timezone = 'UTC'
"""

AUTHENTICATION = """\
# TYPE  DATABASE  USER  METHOD
local   all       all   scram-sha-256
"""
