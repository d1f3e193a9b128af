mod filled;
mod geography;
mod people;
