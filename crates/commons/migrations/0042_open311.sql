-- Open311: everybody asks for what was made, or has changed, within a span of time.

CREATE INDEX service_request_opened ON service_request (opened_at, id);
CREATE INDEX service_request_changed ON service_request (changed_at);
