//! Files that producers send, streamed to the blobs; a job reads them.

use axum::{
    extract::{FromRequest, Multipart, Path, Request, State, multipart::Field},
    http::HeaderMap,
    response::Response,
};
use futures::TryStreamExt;

use super::{
    super::{
        NewFile, agenda,
        model::{WRITERS, resource_slug_of},
        reading::{HowToRead, HowToReadInput},
        receive_file, view,
    },
    dataset::{SENT, Tried, refused},
};
use crate::platform::{
    app::App,
    blobs::Blob,
    op::Op,
    problem::{Problem, Result},
    told,
};

pub async fn receive(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    // Whoever may not send a file is told before the file is read.
    op.require(&WRITERS)?;
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let form = Multipart::from_request(request, &app)
        .await
        .map_err(|_| Problem::invalid("request-malformed"))?;
    let mut sent = Sent::default();
    let received = async {
        sent.take(&app, form).await?;
        let how = HowToRead::parse(&sent.reading)?;
        let Some((name, blob)) = &sent.file else {
            return Err(Problem::invalid("fields").field("file", "file-missing"));
        };
        let title = sent.title.trim();
        let resource = (!title.is_empty()).then(|| (resource_slug_of(title), title.to_owned()));
        let mut tx = app.db.begin().await?;
        let new = NewFile {
            name,
            blob,
            resource,
            how,
        };
        let file = receive_file(&app, &mut tx, &op, &slug, new).await?;
        agenda::say_period(&app, &mut tx, &dataset.id, &file, sent.period.trim()).await?;
        tx.commit().await
    };
    match received.await {
        Ok(()) => {
            let to = format!("/desk/data/{slug}");
            Ok(told::redirect(&app, &headers, &to, SENT))
        }
        Err(problem) => {
            let tried = Tried {
                entry: None,
                reading: sent.reading,
            };
            refused(&app, &op, &slug, problem, tried).await
        }
    }
}

/// What the upload form sends: the title of the table, the file, for which period it is, and how to read it.
#[derive(Default)]
struct Sent {
    title: String,
    /// A period that is owed, or that it is for none; empty where the program decides.
    period: String,
    /// Its name, and where it is kept.
    file: Option<(String, Blob)>,
    reading: HowToReadInput,
}

impl Sent {
    async fn take(&mut self, app: &App, mut form: Multipart) -> Result<()> {
        let malformed = |_| Problem::invalid("request-malformed");
        while let Some(field) = form.next_field().await.map_err(malformed)? {
            match field.name() {
                Some("table") => self.title = text(field, "table").await?,
                Some("period") => self.period = text(field, "period").await?,
                Some("sheet") => self.reading.sheet = text(field, "sheet").await?,
                Some("delimiter") => self.reading.delimiter = text(field, "delimiter").await?,
                Some("decimal") => self.reading.decimal = text(field, "decimal").await?,
                Some("missing") => self.reading.missing = text(field, "missing").await?,
                Some("file") => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    if !name.is_empty() {
                        let most = app.config.upload_limit_bytes;
                        let blob = app.blobs.put_stream(field.map_err(malformed), most).await?;
                        self.file = Some((name, blob));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A short field's text.
async fn text(mut field: Field<'_>, name: &'static str) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field
        .chunk()
        .await
        .map_err(|_| Problem::invalid("request-malformed"))?
    {
        bytes.extend_from_slice(&piece);
        if bytes.len() > 1000 {
            return Err(Problem::invalid("fields").field(name, "text-long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::invalid("request-malformed"))
}
