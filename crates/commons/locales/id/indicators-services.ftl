# Janji layanan yang menjadi ukuran angka, dan siapa yang menandatanganinya.

indicators-services-standard = Yang dijanjikan
indicators-services-signed = Penanda tangan janji
indicators-services-signed-citizens = { $who }, mewakili warga, pada { $date } ({ $paper })
indicators-services-signed-office = { $who }, mewakili kantor, pada { $date } ({ $paper })
indicators-services-not-cosigned = belum ditandatangani warga dan kantor bersama-sama
