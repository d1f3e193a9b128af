# Live values: feeds of sensors, their tiles, and the table that their readings end in.

dashboards-live-feeds = Sensors
dashboards-live-feeds-lead = What a sensor measures can stand on a dashboard within two seconds. When it falls silent, the dashboard says so.
dashboards-live-feeds-none = You keep no sensors yet.
dashboards-live-register = Register a sensor
dashboards-live-register-lead = Everybody may see its readings: they are shown on dashboards, and after seven days they go into the catalogue. Register nothing that tells of one person or one household.
dashboards-live-change = What is said of it
dashboards-live-save = Save
dashboards-live-renew = Give the address another secret
dashboards-live-stop = Take no more readings
dashboards-live-resume = Take readings again
dashboards-live-is-off = Its readings are not taken at present.
dashboards-live-clock-off = The clock of the sensor is wrong, or it did not say when it measured. The time of arrival is shown instead.
dashboards-live-how = How its readings come
dashboards-live-how-webhook = Post each reading to this address: a plain number, or a JSON document.
dashboards-live-secret = Whoever knows the address can send readings. Treat it like a password; give it another secret when somebody else got to know it.
dashboards-live-how-mqtt = Readings are read from this topic of the broker:
dashboards-live-no-broker = No broker is set on this server, so nothing comes. Whoever runs it sets mqtt_url.
dashboards-live-tile-how = On a dashboard, add a tile of the kind “Live value” and choose this sensor ({ $code }).
dashboards-live-latest = Latest readings

dashboards-live-field-title = Title
dashboards-live-field-code = Short name
dashboards-live-field-code-hint = Lower-case letters, digits and hyphens, like gate-karangnongko. It cannot be changed later.
dashboards-live-field-unit = Unit
dashboards-live-field-unit-hint = As it stands behind the number, like m or °C. You may leave it blank.
dashboards-live-field-decimals = Decimals
dashboards-live-field-place-hint = The code of the place it measures at, like 35.22.01.
dashboards-live-field-source = How readings come
dashboards-live-source-webhook = They are posted to an address of this server
dashboards-live-source-mqtt = From a topic of the MQTT broker
dashboards-live-field-topic = Topic
dashboards-live-field-topic-hint = Only for MQTT. One topic, without + or #.
dashboards-live-field-value-path = Where the number stands
dashboards-live-field-value-path-hint = In a JSON document, the names on the way to it with dots between, like uplink.level. Blank when all that is sent is the number.
dashboards-live-field-time-path = Where the time stands
dashboards-live-field-time-path-hint = In the same way. Blank for the time of arrival.
dashboards-live-field-expected = Seconds from one reading to the next
dashboards-live-field-expected-hint = As the sensor is set, like 60.
dashboards-live-field-silent = Silent after so many seconds
dashboards-live-field-silent-hint = Without a reading for so long, its value counts as unknown. At least as long as from one reading to the next.
dashboards-live-field-low = Low below
dashboards-live-field-high = High above
dashboards-live-field-limit-hint = A number with a decimal point. Blank for no limit.
dashboards-live-feed = Sensor
dashboards-live-feed-hint = Only for a live value.

dashboards-live-state-nothing = No reading yet
dashboards-live-state-silent = No reading since { $time }
dashboards-live-state-low = Low: below { $limit }
dashboards-live-state-high = High: above { $limit }
dashboards-live-said = Read at { $time }, expected { $every }
dashboards-live-expected = Expected { $every }
dashboards-live-every-seconds = { $n ->
    [one] every second
   *[other] every { $n } seconds
}
dashboards-live-every-minutes = { $n ->
    [one] every minute
   *[other] every { $n } minutes
}
dashboards-live-every-hours = { $n ->
    [one] every hour
   *[other] every { $n } hours
}
dashboards-live-gone = This sensor or table is not there for everybody any more.
dashboards-live-late = late: the numbers of { $period } are missing

dashboards-live-table = Readings of sensors
dashboards-live-table-about = What sensors measured, a row for each reading, from seven days ago back. Newer readings stand on dashboards.
dashboards-live-column-feed = Sensor
dashboards-live-column-place-code = Place
dashboards-live-column-at = Measured at
dashboards-live-column-value = Value
dashboards-live-column-unit = Unit
dashboards-live-column-received-at = Arrived at

dashboards-live-field-table = Table
dashboards-live-field-table-hint = Only for a live count of a table that everybody may see: as in its address, like roads/main.
dashboards-live-field-measure = What is made of it
dashboards-live-measure-count = How many rows, or how many values of the column
dashboards-live-measure-sum = The sum of the column
dashboards-live-measure-newest = The latest value of the column
dashboards-live-field-column = Column
dashboards-live-field-column-hint = The name of a column of numbers. Blank to count rows.
dashboards-live-field-counts = Which requests
dashboards-live-field-counts-hint = Only for a live count of requests.
dashboards-live-field-agency = Unit that is responsible
dashboards-live-agency-any = Any
dashboards-live-counts-open = Not closed
dashboards-live-counts-yellow = Yellow: past their promise
dashboards-live-counts-red = Red: far past their promise
dashboards-live-counts-closed = Closed this month
dashboards-live-count-nothing = No rows yet
dashboards-live-count-version = As of { $time }
dashboards-live-count-requests = Public requests; confidential ones are in no count
dashboards-live-count-old = Not counted anew since { $date }
dashboards-live-count-late = Late: { $period } has not come

problem-dashboards-live-changed-meanwhile = Somebody changed this sensor since you opened it. Look at it as it stands now, and do again what is still to be done.
problem-dashboards-live-code-taken = There is a sensor of this name already. Choose another name.
problem-dashboards-live-decimals = Enter a whole number from 0 to 6.
problem-dashboards-live-feed-unknown = There is no such sensor. The list of sensors at the desk shows yours.
problem-dashboards-live-full = There are { $most } sensors already. Change one that is not needed any more.
problem-dashboards-live-limit = Enter a number with a decimal point, like 1.5, or leave it blank. The upper limit must not lie below the lower one.
problem-dashboards-live-off = Readings of this sensor are not taken at present. Whoever keeps it can take them again at the desk.
problem-dashboards-live-payload = This is longer than 64 KiB. Send one reading at a time.
problem-dashboards-live-seconds = Enter whole seconds from 1 to 432000. A sensor cannot be silent before its next reading is due.
problem-dashboards-live-table-unknown = There is no public table like this, or it has no such column of numbers. Write it as in its address, like roads/main.
problem-dashboards-live-title = Enter a title of at most 120 letters.
problem-dashboards-live-too-fast = More than 600 readings came within a minute. Send fewer, and this one again in a minute.
problem-dashboards-live-topic = Enter one topic of at most 200 letters, without + and #.
problem-dashboards-live-value = There is no number where it should stand (“{ $path }”; blank means that all that is sent is the number). Send a number with a decimal point.
