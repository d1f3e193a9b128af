# Keadaan organisasi: angka yang menjadi tanggung jawab masing-masing, dari kabupaten sampai desa.

problem-dashboards-tree-unknown = Tidak ada organisasi “{ $code }”.
problem-dashboards-tree-line = “{ $line }” bukan kode indikator dengan bobot 1 sampai 100, atau tertulis dua kali. Tulis satu per baris, misalnya: 6.1.1 2
problem-dashboards-tree-many = Sebuah organisasi bertanggung jawab atas paling banyak { $most } angka.
problem-dashboards-tree-changed = Tanggung jawab organisasi ini sudah diubah orang lain sejak Anda membukanya. Buka kembali, lalu lakukan yang masih perlu.

dashboards-tree-title = Keadaan dinas
dashboards-tree-lead = Setiap dinas bertanggung jawab atas beberapa angka. Lampunya dibuat dari lampu angka-angka itu. Yang tidak diketahui disebut di sampingnya dan tidak pernah dihitung baik.
dashboards-tree-none = Belum ada dinas yang menyatakan angka tanggung jawabnya.
dashboards-tree-nothing = Belum ada yang menyatakan angka tanggung jawab dinas ini.
dashboards-tree-agency = Dinas
dashboards-tree-light = Lampu
dashboards-tree-known = Diketahui
dashboards-tree-no-light = Tidak diketahui
dashboards-tree-coverage = { $known } dari { $all } diketahui
dashboards-tree-number = Angka
dashboards-tree-value = Nilai
dashboards-tree-period = Periode
dashboards-tree-weight = Bobot
dashboards-tree-place = Wilayah
dashboards-tree-numbers = Angka tanggung jawabnya
dashboards-tree-below = Wilayah di dalamnya
dashboards-tree-above = Ke atas:
dashboards-tree-how-worst = Lampunya adalah yang terburuk dari yang diketahui; bila kurang dari separuh diketahui, lampunya tidak diketahui, kecuali ada yang merah.
dashboards-tree-how-weighted = Lampunya adalah rata-rata yang diketahui menurut bobotnya; bila kurang dari separuh bobot diketahui, lampunya tidak diketahui.
dashboards-tree-own = Tanggung jawab dinas
dashboards-tree-own-lead = Nyatakan angka yang menjadi tanggung jawab sebuah dinas. Semua orang melihat keadaannya, dan setiap bulan disimpan sebuah rapor.
dashboards-tree-own-none = Tidak ada dinas yang dapat Anda wakili.
dashboards-tree-duties = Angka
dashboards-tree-duties-hint = Satu kode indikator per baris dan, di belakangnya, bobotnya dari 1 sampai 100, misalnya: 6.1.1 2
dashboards-tree-rolling = Cara membuat satu lampu dari semuanya
dashboards-tree-save = Simpan
dashboards-tree-public = Lihat seperti semua orang
