//! A QR code (ISO/IEC 18004), drawn as one path on white, with the margin that scanners need.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::platform::{
    html::Markup,
    problem::{Problem, Result},
};

/// Light squares around the code: fewer than four, and scanners do not find it.
const MARGIN: usize = 4;

/// Draws a text as a QR code; `name` says what it is to who cannot see it.
///
/// # Errors
/// When the text is too long for any code.
pub fn draw(text: &str, name: &str) -> Result<Markup> {
    let code = encode(text, EcLevel::L)?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (row, line) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = line[column..]
                .iter()
                .take_while(|color| **color == Color::Dark)
                .count();
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", column + MARGIN, row + MARGIN)
                    .map_err(Problem::internal)?;
            }
            column += run.max(1);
        }
    }
    let side = width + 2 * MARGIN;
    let mut svg = format!(
        "<svg class=\"bz-qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"264\" height=\"264\" role=\"img\" aria-label=\""
    );
    svg += &Markup::escape(name).to_string();
    write!(
        svg,
        "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
    .map_err(Problem::internal)?;
    Ok(Markup(svg))
}

/// Returns the squares of a text as a QR code, line by line from the top, `1` for a dark one; without the margin.
///
/// It is for paper on a wall: up to a seventh of it may be lost to rain and scratches.
///
/// # Errors
/// When the text is too long for any code.
pub fn squares(text: &str) -> Result<Vec<String>> {
    let code = encode(text, EcLevel::M)?;
    let digit = |color: &Color| if *color == Color::Dark { '1' } else { '0' };
    let colors = code.to_colors();
    let lines = colors.chunks(code.width());
    Ok(lines.map(|line| line.iter().map(digit).collect()).collect())
}

fn encode(text: &str, level: EcLevel) -> Result<QrCode> {
    QrCode::with_error_correction_level(text.as_bytes(), level)
        .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a drawing back as a camera would: its dark squares, four pixels each.
    fn scanned(svg: &str) -> String {
        let side: usize = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
            .and_then(|side| side.parse().ok())
            .expect("a side");
        let mut dark = vec![false; side * side];
        let path = svg
            .split(" d=\"")
            .nth(2)
            .and_then(|rest| rest.split('"').next())
            .expect("a path");
        for run in path.split('M').skip(1) {
            let mut numbers = run.split(['h', ' ', 'v']).map(str::parse::<usize>);
            let mut next = || numbers.next().and_then(Result::ok).expect("a number");
            let (column, row, n) = (next(), next(), next());
            for at in column..column + n {
                dark[row * side + at] = true;
            }
        }
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * 4, side * 4, |x, y| {
            if dark[(y / 4) * side + x / 4] { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        grids.first().expect("a code").decode().expect("readable").1
    }

    #[test]
    fn what_is_drawn_reads_back_as_it_was_written() {
        for text in ["x".to_owned(), "eJyLVkosLcnIL8ov".repeat(30)] {
            let svg = draw(&text, "Settings of “A & B”").expect("drawn").to_string();
            assert!(
                svg.contains("aria-label=\"Settings of “A &amp; B”\""),
                "{svg:.300}"
            );
            assert_eq!(scanned(&svg), text);
        }
    }

    #[test]
    fn squares_stand_as_a_square_and_begin_in_a_corner_that_scanners_find() {
        let lines = squares("https://example.org/v/35.22").expect("a code");
        assert!(lines.iter().all(|line| line.len() == lines.len()));
        assert!(lines[0].starts_with("11111110") && lines[1].starts_with("10000010"));
    }

    #[test]
    fn a_text_that_fits_no_code_is_refused() {
        assert!(draw(&"x".repeat(3_000), "too long").is_err() && squares(&"x".repeat(3_000)).is_err());
    }
}
