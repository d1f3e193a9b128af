mod at_work;
mod filled;
mod geography;
mod people;
mod portal;
mod villages;
