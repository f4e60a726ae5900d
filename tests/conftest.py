"""What all tests share: how hard properties are tried."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadlines: these machines are shared, and a slow example is no failure.
settings.register_profile("dev", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")
