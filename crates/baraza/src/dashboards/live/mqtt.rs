//! Readings by MQTT 3.1.1: listens to the topics of the feeds at the broker that the settings name, and comes back when it is cut off.

use std::time::Duration;

use anyhow::Context;
use bytes::{Buf, BytesMut};
use formats::mqtt::{self, Connect, Packet, Publish, REFUSED};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{feeds, hear, model::Sent};
use crate::platform::{
    app::App,
    config::hide_password,
    id,
    message::wire::{self, Wire},
    problem::Kind,
};

/// How often it is looked whether there are other topics, and the broker asked whether it is there.
const LOOK: Duration = Duration::from_secs(5);
/// After so long without a word the broker is gone, and by its own rule the listener is for the broker.
const MOST_SILENCE: Duration = Duration::from_secs(30);
/// The pause before the first return; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The id of the one subscription of a session.
const SUBSCRIPTION: u16 = 1;

/// Listens until `stop` is cancelled; without a broker in the settings it returns at once.
pub async fn tend(app: &App, stop: &CancellationToken) {
    let Some(url) = &app.config.mqtt_url else {
        return;
    };
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let began = app.clock.now();
        let ended = tokio::select! {
            ended = session(app, url) => ended,
            () = stop.cancelled() => return,
        };
        if ended.is_ok() || app.clock.now().since(began) > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        let waits = match ended {
            Ok(()) => LOOK,
            Err(error) => {
                tracing::warn!(
                    broker = hide_password(url.as_str()),
                    error = format!("{error:#}"),
                    "the broker of sensors could not be listened to"
                );
                pause
            }
        };
        tokio::select! {
            () = tokio::time::sleep(waits) => {}
            () = stop.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Listens once, until the feeds have other topics; without topics nobody is called.
///
/// # Errors
/// When the broker cannot be reached, lets nobody in, gives none of the topics, says what is no MQTT, or is silent.
pub async fn session(app: &App, url: &Url) -> anyhow::Result<()> {
    let topics = feeds(app).await?.topics();
    if topics.is_empty() {
        return Ok(());
    }
    let mut line = Line::open(url).await?;
    line.send(&Packet::Connect(connect(url))).await?;
    line.send(&Packet::Subscribe {
        id: SUBSCRIPTION,
        topics: topics.clone(),
    })
    .await?;
    let mut heard_at = app.clock.now();
    let mut look = tokio::time::interval(LOOK);
    look.tick().await;
    loop {
        tokio::select! {
            packet = line.next() => {
                heard_at = app.clock.now();
                take(app, &mut line, packet?).await?;
            }
            _ = look.tick() => {
                let silent = app.clock.now().since(heard_at);
                anyhow::ensure!(silent < MOST_SILENCE, "the broker is silent");
                if feeds(app).await?.topics() != topics {
                    return line.send(&Packet::Disconnect).await;
                }
                line.send(&Packet::PingReq).await?;
            }
        }
    }
}

fn connect(url: &Url) -> Connect {
    let (user, password) = match wire::credentials(url) {
        Some((user, password)) => (Some(user), Some(password).filter(|password| !password.is_empty())),
        None => (None, None),
    };
    Connect {
        client: format!("baraza-{:016x}", id::random()),
        keep_alive_s: u16::try_from(MOST_SILENCE.as_secs()).unwrap_or(u16::MAX),
        user,
        password,
    }
}

async fn take(app: &App, line: &mut Line, packet: Packet) -> anyhow::Result<()> {
    match packet {
        Packet::ConnAck { code } => {
            anyhow::ensure!(code == 0, "the broker lets nobody in: it answers {code}");
        }
        Packet::SubAck { codes, .. } => {
            let n_refused = codes.iter().filter(|code| **code == REFUSED).count();
            anyhow::ensure!(n_refused < codes.len(), "the broker gives none of the topics");
            if n_refused > 0 {
                tracing::warn!(n_refused, "the broker does not give some of the topics");
            }
        }
        Packet::Publish(publish) => {
            take_reading(app, &publish).await?;
            if let Some(id) = publish.id {
                line.send(&Packet::PubAck { id }).await?;
            }
        }
        Packet::PingResp => {}
        // Not what it says: it may be long, and hold a password.
        Packet::Connect(_)
        | Packet::PubAck { .. }
        | Packet::Subscribe { .. }
        | Packet::PingReq
        | Packet::Disconnect => anyhow::bail!("the broker says what only a listener does"),
    }
    Ok(())
}

/// Hands a message to every feed of its topic; what a feed refuses is the sensor's matter and holds up no other.
async fn take_reading(app: &App, publish: &Publish) -> anyhow::Result<()> {
    let sent = if publish.is_retained {
        Sent::Retained
    } else {
        Sent::Now
    };
    let feeds = feeds(app).await?;
    let of_topic = feeds
        .all()
        .iter()
        .filter(|known| known.is_on() && known.feed.source.topic() == publish.topic);
    for known in of_topic {
        match hear(app, known, &publish.payload, sent).await {
            Ok(_) => {}
            Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => {
                return Err(problem).context("keep a reading");
            }
            Err(problem) => {
                tracing::debug!(
                    feed = known.feed.code,
                    code = problem.code(),
                    "a reading was refused"
                );
            }
        }
    }
    Ok(())
}

/// A connection to the broker.
struct Line {
    wire: Box<dyn Wire>,
    /// What has come and was not read yet.
    buffer: BytesMut,
}

impl Line {
    async fn open(url: &Url) -> anyhow::Result<Line> {
        let wire: Box<dyn Wire> = if url.scheme() == "mqtts" {
            wire::secure(wire::connect(url, 8883).await?, url).await?
        } else {
            Box::new(wire::connect(url, 1883).await?)
        };
        Ok(Line {
            wire,
            buffer: BytesMut::new(),
        })
    }

    async fn send(&mut self, packet: &Packet) -> anyhow::Result<()> {
        let bytes = mqtt::write(packet);
        tokio::time::timeout(MOST_SILENCE, self.wire.write_all(&bytes))
            .await
            .context("the broker takes nothing more")?
            .context("write to the broker")
    }

    /// Waits for the next packet; nothing is lost when the waiting is given up.
    async fn next(&mut self) -> anyhow::Result<Packet> {
        loop {
            if let Some((packet, n)) = mqtt::read(&self.buffer)? {
                self.buffer.advance(n);
                return Ok(packet);
            }
            let n = self
                .wire
                .read_buf(&mut self.buffer)
                .await
                .context("read from the broker")?;
            anyhow::ensure!(n > 0, "the broker hung up");
        }
    }
}
