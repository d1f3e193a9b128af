# Angka dari angka lain: rumus dengan kata-kata, bahan-bahannya, mengapa tidak ada.

indicators-formulas-name = “{ $title }”
indicators-formulas-lag = { $n } periode sebelumnya
indicators-formulas-parent = wilayah di atasnya
indicators-formulas-choice = { $then } bila { $condition }, selain itu { $otherwise }
indicators-formulas-function-abs = besar dari
indicators-formulas-function-clamp = angka, paling rendah, paling tinggi
indicators-formulas-function-coalesce = yang pertama ada dari
indicators-formulas-function-geomean = rata-rata geometrik dari
indicators-formulas-function-hmean = rata-rata harmonik dari
indicators-formulas-function-max = terbesar dari
indicators-formulas-function-mean = rata-rata dari
indicators-formulas-function-min = terkecil dari
indicators-formulas-function-sum = jumlah dari
indicators-formulas-function-wmean = rata-rata dengan bobot di belakang tiap angka, dari

indicators-formulas-parts = Bahan
indicators-formulas-part-none = tidak ada angka
indicators-formulas-none = Mengapa tidak ada angka
indicators-formulas-why-missing = Salah satu bahannya tidak ada.
indicators-formulas-why-division = Harus dibagi nol.
indicators-formulas-why-negative = Rata-rata semacam ini hanya ada untuk angka dari nol ke atas.
indicators-formulas-why-undefined = Hasilnya bukan angka yang dapat ditulis.
indicators-formulas-rules = Bila sebuah angka tidak ada
indicators-formulas-missing-spreads = Bila salah satu bahan tidak ada, hasilnya pun tidak ada.
indicators-formulas-missing-skipped = Rata-rata, jumlah, terbesar, dan terkecil diambil dari yang ada.
indicators-formulas-floor = Dalam rata-rata geometrik, yang di bawah { $floor } dihitung sebagai { $floor }.
indicators-formulas-interval = Dari galat baku bahan-bahannya (metode delta). Angka dari tabel yang berbeda, dan dari orang yang berbeda dalam satu tabel, dianggap saling bebas; yang lain dianggap bergerak bersama sejauh mungkin, sehingga selangnya lebih mungkin terlalu lebar daripada terlalu sempit.
indicators-formulas-interval-none = Tidak ada: salah satu bahan tidak mempunyai galat baku, atau beberapa berasal dari satu rancangan sampel sehingga tidak diketahui bagaimana mereka bergerak bersama.
indicators-formulas-error = galat baku { $error }
indicators-formulas-withheld = Ditahan di mana pun salah satu bahannya ditahan: dengan yang lain, angka itu dapat dihitung kembali.
