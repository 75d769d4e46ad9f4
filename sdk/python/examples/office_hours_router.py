"""Own servers in office hours, when they run; else whoever comes first.

    {"plugins": [{"name": "hours", "command": ["python3", "/path/office_hours_router.py"]}],
     "routes": [{"router": "hours", "fail_over": "anywhere"}]}
"""
from switchyard_sdk import BaseRouter, Choice, run

OPENS, CLOSES = 9, 18
SATURDAY, SUNDAY = 6, 0


class OfficeHoursRouter(BaseRouter):
    def select_model(self, task):
        closed = task.weekday in (SATURDAY, SUNDAY) or not OPENS <= task.hour < CLOSES
        wanted = [c for c in task.candidates
                  if c.own != closed and c.type != "builtin"]
        if not wanted:
            return None
        return Choice(*wanted, reason="the office is closed" if closed else "office hours")


if __name__ == "__main__":
    run(OfficeHoursRouter())
