"""How gunicorn serves: a few processes with threads, behind a proxy that buffers slow clients."""

import os

wsgi_app = "config.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("LONJA_WEB_WORKERS", "2"))
threads = int(os.environ.get("LONJA_WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
keepalive = 20
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8_190
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - heartbeats, not on a disk
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
loglevel = "warning"
accesslog = "-" if os.environ.get("LONJA_MODE") == "production" else None
