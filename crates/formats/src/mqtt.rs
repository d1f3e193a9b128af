//! MQTT 3.1.1 (OASIS Standard, 29 October 2014): the packets between a broker and whoever listens to it.
//!
//! Deliberately absent: quality of service 2 and wills, which a listener does not need; MQTT 5.

use std::fmt;

/// The largest packet that is read, in bytes after its head; a reading takes a few hundred.
const MOST_BYTES: usize = 256 * 1024;
/// Bytes that the length of a packet takes at most.
const MOST_LENGTH_BYTES: usize = 4;

/// One packet, of those that are spoken here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Connect(Connect),
    /// 0 where the broker lets the caller in.
    ConnAck {
        code: u8,
    },
    Publish(Publish),
    PubAck {
        id: u16,
    },
    /// Asks for topics, each with quality of service 1.
    Subscribe {
        id: u16,
        topics: Vec<String>,
    },
    /// For each topic the quality of service it is sent with; [`REFUSED`] for one that is not given.
    SubAck {
        id: u16,
        codes: Vec<u8>,
    },
    PingReq,
    PingResp,
    Disconnect,
}

/// What a broker answers for a topic that it does not give.
pub const REFUSED: u8 = 0x80;

/// Who asks to be let in; the session is always a clean one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connect {
    /// At most 23 letters and digits, which every broker takes.
    pub client: String,
    /// Seconds after which a silent connection is dead.
    pub keep_alive_s: u16,
    pub user: Option<String>,
    pub password: Option<String>,
}

/// A message on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    pub topic: String,
    /// The id to acknowledge; `None` for quality of service 0, which nobody acknowledges.
    pub id: Option<u16>,
    /// Whether the broker had kept it from before.
    pub is_retained: bool,
    pub payload: Vec<u8>,
}

/// Why bytes are no packet that is spoken here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// It says that it is longer than 256 KiB.
    TooLarge,
    /// It ends before what it must hold.
    Short,
    /// A text in it is not UTF-8.
    Text,
    /// Its first byte is of no packet that is spoken here.
    Kind(u8),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Malformed::TooLarge => f.write_str("a packet of MQTT is larger than 256 KiB"),
            Malformed::Short => f.write_str("a packet of MQTT ends too early"),
            Malformed::Text => f.write_str("a text in a packet of MQTT is not UTF-8"),
            Malformed::Kind(first) => write!(
                f,
                "a packet of MQTT begins with {first:#04x}, which is not understood"
            ),
        }
    }
}

impl std::error::Error for Malformed {}

/// Reads the first packet of some bytes, with how many bytes it took; `None` while it is not all there.
///
/// # Errors
/// [`Malformed`] for what no broker or listener sends.
pub fn read(bytes: &[u8]) -> Result<Option<(Packet, usize)>, Malformed> {
    let Some((&first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let Some((length, n_length)) = length_of(rest)? else {
        return Ok(None);
    };
    let Some(body) = rest.get(n_length..n_length + length) else {
        return Ok(None);
    };
    Ok(Some((packet(first, body)?, 1 + n_length + length)))
}

/// Writes a packet. A text beyond 65,535 bytes, which MQTT cannot say, is cut there.
#[must_use]
pub fn write(packet: &Packet) -> Vec<u8> {
    let (first, body) = match packet {
        Packet::Connect(connect) => (0x10, connect_body(connect)),
        Packet::ConnAck { code } => (0x20, vec![0, *code]),
        Packet::Publish(publish) => (publish_first(publish), publish_body(publish)),
        Packet::PubAck { id } => (0x40, id.to_be_bytes().to_vec()),
        Packet::Subscribe { id, topics } => (0x82, subscribe_body(*id, topics)),
        Packet::SubAck { id, codes } => (0x90, [id.to_be_bytes().as_slice(), codes.as_slice()].concat()),
        Packet::PingReq => (0xc0, Vec::new()),
        Packet::PingResp => (0xd0, Vec::new()),
        Packet::Disconnect => (0xe0, Vec::new()),
    };
    let mut bytes = vec![first];
    put_length(&mut bytes, body.len());
    bytes.extend(body);
    bytes
}

/// The length that follows the first byte, and how many bytes it took; `None` while it is not all there.
fn length_of(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    let mut length = 0;
    for (at, &byte) in bytes.iter().take(MOST_LENGTH_BYTES).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return match length <= MOST_BYTES {
                true => Ok(Some((length, at + 1))),
                false => Err(Malformed::TooLarge),
            };
        }
    }
    match bytes.len() < MOST_LENGTH_BYTES {
        true => Ok(None),
        false => Err(Malformed::TooLarge),
    }
}

fn put_length(bytes: &mut Vec<u8>, mut length: usize) {
    loop {
        let low = (length & 0x7f) as u8;
        length >>= 7;
        if length == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn packet(first: u8, body: &[u8]) -> Result<Packet, Malformed> {
    let mut body = Body(body);
    Ok(match first {
        0x10 => Packet::Connect(connect(&mut body)?),
        0x20 => {
            body.byte()?;
            Packet::ConnAck { code: body.byte()? }
        }
        0x30..=0x3f => Packet::Publish(publish(first, &mut body)?),
        0x40 => Packet::PubAck { id: body.number()? },
        0x82 => subscribe(&mut body)?,
        0x90 => Packet::SubAck {
            id: body.number()?,
            codes: body.0.to_vec(),
        },
        0xc0 => Packet::PingReq,
        0xd0 => Packet::PingResp,
        0xe0 => Packet::Disconnect,
        first => return Err(Malformed::Kind(first)),
    })
}

/// What a packet has yet to say.
struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let taken = self.take(1)?;
        taken.first().copied().ok_or(Malformed::Short)
    }

    fn number(&mut self) -> Result<u16, Malformed> {
        Ok(u16::from_be_bytes([self.byte()?, self.byte()?]))
    }

    fn text(&mut self) -> Result<String, Malformed> {
        let n = self.number()?;
        let bytes = self.take(usize::from(n))?;
        String::from_utf8(bytes.to_vec()).map_err(|_| Malformed::Text)
    }
}

fn connect(body: &mut Body<'_>) -> Result<Connect, Malformed> {
    body.text()?;
    body.byte()?;
    let flags = body.byte()?;
    let keep_alive_s = body.number()?;
    let client = body.text()?;
    if flags & 0x04 != 0 {
        return Err(Malformed::Kind(0x10));
    }
    let user = (flags & 0x80 != 0).then(|| body.text()).transpose()?;
    let password = (flags & 0x40 != 0).then(|| body.text()).transpose()?;
    Ok(Connect {
        client,
        keep_alive_s,
        user,
        password,
    })
}

fn publish(first: u8, body: &mut Body<'_>) -> Result<Publish, Malformed> {
    let topic = body.text()?;
    let id = match (first >> 1) & 0x03 {
        0 => None,
        1 => Some(body.number()?),
        _ => return Err(Malformed::Kind(first)),
    };
    Ok(Publish {
        topic,
        id,
        is_retained: first & 0x01 != 0,
        payload: body.0.to_vec(),
    })
}

fn subscribe(body: &mut Body<'_>) -> Result<Packet, Malformed> {
    let id = body.number()?;
    let mut topics = Vec::new();
    while !body.0.is_empty() {
        topics.push(body.text()?);
        body.byte()?;
    }
    Ok(Packet::Subscribe { id, topics })
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.bytes().take(usize::from(length)));
}

fn connect_body(connect: &Connect) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_text(&mut bytes, "MQTT");
    // The level of 3.1.1, and a clean session.
    bytes.push(4);
    let user = if connect.user.is_some() { 0x80 } else { 0 };
    let password = if connect.password.is_some() { 0x40 } else { 0 };
    bytes.push(0x02 | user | password);
    bytes.extend(connect.keep_alive_s.to_be_bytes());
    put_text(&mut bytes, &connect.client);
    for text in [&connect.user, &connect.password].into_iter().flatten() {
        put_text(&mut bytes, text);
    }
    bytes
}

fn publish_first(publish: &Publish) -> u8 {
    let quality = if publish.id.is_some() { 0x02 } else { 0 };
    0x30 | quality | u8::from(publish.is_retained)
}

fn publish_body(publish: &Publish) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_text(&mut bytes, &publish.topic);
    if let Some(id) = publish.id {
        bytes.extend(id.to_be_bytes());
    }
    bytes.extend(&publish.payload);
    bytes
}

fn subscribe_body(id: u16, topics: &[String]) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    for topic in topics {
        put_text(&mut bytes, topic);
        bytes.push(1);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn some() -> Vec<Packet> {
        vec![
            Packet::Connect(Connect {
                client: "baraza".into(),
                keep_alive_s: 60,
                user: Some("pintu".into()),
                password: Some("air".into()),
            }),
            Packet::ConnAck { code: 5 },
            Packet::Publish(Publish {
                topic: "pintu/air".into(),
                id: Some(7),
                is_retained: true,
                payload: b"{\"m\": 1.2}".to_vec(),
            }),
            Packet::Publish(Publish {
                topic: "t".into(),
                id: None,
                is_retained: false,
                payload: vec![0; 200],
            }),
            Packet::PubAck { id: 7 },
            Packet::Subscribe {
                id: 1,
                topics: vec!["a".into(), "b/c".into()],
            },
            Packet::SubAck {
                id: 1,
                codes: vec![1, REFUSED],
            },
            Packet::PingReq,
            Packet::PingResp,
            Packet::Disconnect,
        ]
    }

    #[test]
    fn a_packet_comes_back_as_it_was_and_only_when_it_is_all_there() {
        for packet in some() {
            let bytes = write(&packet);
            for n in 0..bytes.len() {
                assert_eq!(read(&bytes[..n]), Ok(None), "{packet:?} after {n} bytes");
            }
            let more = [bytes.as_slice(), &[0xd0]].concat();
            assert_eq!(read(&more), Ok(Some((packet, bytes.len()))));
        }
    }

    /// The examples of the standard: figures 3.6 and 3.11 for what is before the payload, 3.8 for a subscription.
    #[test]
    fn packets_are_written_as_the_standard_shows_them() {
        let connect = Packet::Connect(Connect {
            client: String::new(),
            keep_alive_s: 10,
            user: Some(String::new()),
            password: Some(String::new()),
        });
        let expected = [
            0x10, 16, 0, 4, b'M', b'Q', b'T', b'T', 4, 0xc2, 0, 10, 0, 0, 0, 0, 0, 0,
        ];
        assert_eq!(write(&connect), expected);
        let publish = Packet::Publish(Publish {
            topic: "a/b".into(),
            id: Some(10),
            is_retained: false,
            payload: Vec::new(),
        });
        assert_eq!(write(&publish), [0x32, 7, 0, 3, b'a', b'/', b'b', 0, 10]);
        let subscribe = Packet::Subscribe {
            id: 10,
            topics: vec!["a/b".into()],
        };
        assert_eq!(write(&subscribe), [0x82, 8, 0, 10, 0, 3, b'a', b'/', b'b', 1]);
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        assert_eq!(read(&[0x30, 0xff, 0xff, 0xff, 0x7f]), Err(Malformed::TooLarge));
        assert_eq!(read(&[0x30, 0xff, 0xff, 0xff, 0xff]), Err(Malformed::TooLarge));
        assert_eq!(read(&[0x30, 3, 0, 9, b'a']), Err(Malformed::Short));
        assert_eq!(read(&[0x30, 4, 0, 2, 0xff, 0xff]), Err(Malformed::Text));
        assert_eq!(read(&[0x34, 2, 0, 0]), Err(Malformed::Kind(0x34)));
        assert_eq!(read(&[0x00, 0]), Err(Malformed::Kind(0)));
    }
}
