# Promises of services that numbers are measured by, and who signed them.

indicators-services-standard = What was promised
indicators-services-signed = Who signed the promise
indicators-services-signed-citizens = { $who }, for the citizens, on { $date } ({ $paper })
indicators-services-signed-office = { $who }, for the office, on { $date } ({ $paper })
indicators-services-not-cosigned = not signed by both citizens and the office yet
