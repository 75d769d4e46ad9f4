// Own servers in office hours, when they run; else whoever comes first.
//
//     {"plugins": [{"name": "hours", "command": ["node", "/path/office-hours-router.mjs"]}],
//      "routes": [{"router": "hours", "fail_over": "anywhere"}]}
import { BaseRouter, Choice, run } from 'switchyard-sdk';

const OPENS = 9;
const CLOSES = 18;
const WEEKEND = [0, 6];

class OfficeHoursRouter extends BaseRouter {
  selectModel(task) {
    const closed = WEEKEND.includes(task.weekday) || task.hour < OPENS || task.hour >= CLOSES;
    const wanted = task.candidates.filter((c) => c.own !== closed && c.type !== 'builtin');
    if (!wanted.length) return null;
    return new Choice(wanted, { reason: closed ? 'the office is closed' : 'office hours' });
  }
}

run(new OfficeHoursRouter());
