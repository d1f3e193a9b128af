//! Deliveries as they stream in: whatever the parts are called, only a plain file name is kept, and nothing grows.
#![no_main]

use baraza_fuzz::pieces;
use bytes::Bytes;
use formats::openrosa::{Envelope, Part};
use futures::{executor::block_on, stream};
use libfuzzer_sys::fuzz_target;
use multer::Multipart;

fuzz_target!(|data: &[u8]| {
    let parts = pieces(data, 2);
    let (Ok(header), Some(body)) = (std::str::from_utf8(parts[0]), parts.get(1)) else { return };
    let Ok(boundary) = multer::parse_boundary(header) else { return };
    // The network cuts a body anywhere; the length of the header decides where.
    let step = 1 + header.len() % 61;
    let chunks: Vec<Result<Bytes, std::io::Error>> =
        body.chunks(step).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    let mut form = Multipart::new(stream::iter(chunks), boundary);
    block_on(async {
        let mut taken = 0;
        while let Ok(Some(mut part)) = form.next_field().await {
            let kind = Part::of(part.name(), part.file_name());
            if let Part::File(name) = &kind {
                assert!(!name.is_empty() && name != "." && name != "..", "{name:?}");
                assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control), "{name:?}");
            }
            let mut whole = Vec::new();
            while let Ok(Some(chunk)) = part.chunk().await {
                whole.extend_from_slice(&chunk);
            }
            taken += whole.len();
            if let (Part::Answers, Ok(xml)) = (kind, std::str::from_utf8(&whole)) {
                let _ = Envelope::read(xml);
            }
        }
        assert!(taken <= body.len());
    });
});
