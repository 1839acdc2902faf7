"""A plan every night with Airflow (2.4 or later): what can be solved by trying again is tried again, the rest fails at once."""

import subprocess
from datetime import timedelta

import pendulum
from airflow.decorators import dag, task
from airflow.exceptions import AirflowFailException

MATCHER = "/opt/matcher/bin/matcher"
BUNDLE = "/srv/matcher/bundle"
PLANS = "/srv/matcher/plans"
PUBLISHED = (0, 7)  # 7: stopped early, and the best plan so far stands
NEVER_AGAIN = (2, 3, 4, 70)  # somebody has to mend the command line, the input, the policy, or matcher


def _end(code: int) -> None:
    """Fail for good, or so that Airflow tries again."""
    if code in NEVER_AGAIN:
        raise AirflowFailException(f"matcher ended with {code}: trying again does not help")
    if code not in PUBLISHED:
        raise RuntimeError(f"matcher ended with {code}")


@dag(
    dag_id="matcher",
    schedule="30 2 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
)
def matcher_dag() -> None:
    """A plan, checked once more from its input, and once that is done old plans away."""

    @task(execution_timeout=timedelta(hours=3))
    def plan(data_interval_end: pendulum.DateTime | None = None) -> str:
        """Make the plan of the night; a second try of the same night is the same run."""
        assert data_interval_end is not None
        day = data_interval_end.in_timezone("Europe/Amsterdam").to_date_string()
        run_id = f"nacht-{day}"
        command = [MATCHER, "run", BUNDLE, "--out", PLANS, "--run-date", day, "--run-id", run_id]
        command += ["--time-limit", "1800", "--lock-wait", "600", "--no-color", "--log", "-"]
        _end(subprocess.run(command, check=False).returncode)
        return run_id

    @task
    def verify(run_id: str) -> None:
        """Check the plan against its input, trusting no solver."""
        _end(
            subprocess.run(
                [MATCHER, "verify", f"{PLANS}/{run_id}", "--input", BUNDLE, "--quiet"], check=False
            ).returncode
        )

    @task
    def purge() -> None:
        """Remove what is kept no longer."""
        _end(subprocess.run([MATCHER, "purge", PLANS, "--older-than", "180d"], check=False).returncode)

    verify(plan()) >> purge()


matcher_dag()
