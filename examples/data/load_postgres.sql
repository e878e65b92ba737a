-- Copyright (c) 2026 The copyto authors
-- SPDX-License-Identifier: BSL-1.0
--
-- Makes the table `strikes` from birds.csv in PostgreSQL, in the directory of which it must run:
--
--     cd examples/data && psql -f load_postgres.sql
--
-- Fields that are empty in the CSV become NULL.

\set ON_ERROR_STOP on
BEGIN;
CREATE TYPE bird_size AS ENUM ('Small', 'Medium', 'Large');
CREATE TABLE strikes (
  id          integer PRIMARY KEY,
  flight_date date,
  airport     text,
  state       text,
  operator    text,
  aircraft    text,
  phase       text,
  time_of_day text,
  speed_knots real,           -- missing in more than a quarter of the rows
  species     text,
  size        bird_size,
  damage      text,           -- NULL where there was none
  damaged     boolean,
  cost_total  numeric(10,2)   -- US dollars, repair and other costs together
);

CREATE TEMP TABLE raw (
  number serial, flight_date date, airport text, state text, operator text, aircraft text, phase text,
  time_of_day text, speed_knots real, species text, size bird_size, damage text, cost_repair integer, cost_other integer
);
\copy raw (flight_date, airport, state, operator, aircraft, phase, time_of_day, speed_knots, species, size, damage, cost_repair, cost_other) FROM birds.csv WITH (FORMAT csv, HEADER)

INSERT INTO strikes
SELECT number, flight_date, airport, state, operator, aircraft, phase, time_of_day, speed_knots, species, size,
       nullif(damage, 'None'), damage <> 'None', cost_repair + cost_other
FROM raw
ORDER BY number;
COMMIT;
