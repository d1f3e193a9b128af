mod filled;
mod geography;
mod people;
mod portal;
