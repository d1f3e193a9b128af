-- Rules watch sensors and groups within a place, too: alert_rule.watches is 'indicator' or 'feed', and alert_rule.subject the code of either.

-- alert_rule.part: the group within the place that the number is of, such as 'sex=F' or 'sex=F,age=0-4'; empty for everybody together, and
-- of sensors.
ALTER TABLE alert_rule ADD COLUMN part TEXT NOT NULL DEFAULT '';
