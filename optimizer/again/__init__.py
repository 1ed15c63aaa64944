"""Planning again: what was solved once is not solved from nothing a second time.

Which way is used when:

- `warm` is what every other way rests on: the prices of a solved stage bound any city that differs little, and
  `ordered` reads the orders of its plan as a plan of the changed city. Nothing is solved there.
- `plan` (with `stages`, `narrow`, `sides`, `program`, `frame`) plans a city *beside* the planned one it was made from:
  a further scenario, a cell of a sweep, a ranked answer. No solver sees the whole city; the gap proven is that of the
  whole city. It needs the base's `Plan` and, to be quick, its `Program` (choices and arrays); it makes the tables a
  what-if shows.
- `resume` begins all stages of `plan_city(city, base)` at the base's orders and prices: the way out where `plan` cannot
  prove its gap, and whenever every table of a plan is asked for (`lantian whatif --full`).
- `standing` keeps one linear program in the solver and asks it again with other right-hand sides, caps or goals: the
  answers about one plan (`optimizer.answers`), where the choices stay and each answer is an exact optimum in shares.

None of them changes what is proven: a bound comes from prices or from the solver, a plan is checked like any other.
"""
