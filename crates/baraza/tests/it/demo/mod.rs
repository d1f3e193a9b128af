mod geography;
