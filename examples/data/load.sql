-- Copyright (c) 2026 The copyto authors
-- SPDX-License-Identifier: BSL-1.0
--
-- Makes the table `strikes` from birds.csv, in the directory of which it must run:
--
--     cd examples/data && sqlite3 birds.db <load.sql
--
-- The declared types are those that copyto's SQLite source turns into column types. Fields that are
-- empty in the CSV become NULL.

.bail on
CREATE TABLE strikes (
  id          INTEGER PRIMARY KEY,
  flight_date DATE,
  airport     TEXT,
  state       TEXT,
  operator    TEXT,
  aircraft    TEXT,
  phase       TEXT,
  time_of_day TEXT,
  speed_knots REAL,           -- missing in more than a quarter of the rows
  species     TEXT,
  size        TEXT,
  damage      TEXT,           -- NULL where there was none
  damaged     BOOLEAN,
  cost_total  DECIMAL(10,2)   -- US dollars, repair and other costs together
);

CREATE TEMP TABLE raw (
  flight_date TEXT, airport TEXT, state TEXT, operator TEXT, aircraft TEXT, phase TEXT, time_of_day TEXT,
  speed_knots TEXT, species TEXT, size TEXT, damage TEXT, cost_repair TEXT, cost_other TEXT
);
.import --csv --skip 1 --schema temp birds.csv raw

BEGIN;
INSERT INTO strikes
SELECT rowid, nullif(flight_date, ''), nullif(airport, ''), nullif(state, ''), nullif(operator, ''),
       nullif(aircraft, ''), nullif(phase, ''), nullif(time_of_day, ''), CAST(nullif(speed_knots, '') AS REAL),
       nullif(species, ''), nullif(size, ''), nullif(damage, 'None'), damage <> 'None',
       CAST(nullif(cost_repair, '') AS INTEGER) + CAST(nullif(cost_other, '') AS INTEGER)
FROM raw
ORDER BY rowid;
COMMIT;
