//! Charts and maps, drawn as SVG by pure functions: data in, text out.
