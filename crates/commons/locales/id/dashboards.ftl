# Dasbor: halaman untuk semua orang, penyusunannya, dan apa yang ditampilkan situs lain darinya.

dashboards-title = Dasbor
dashboards-lead = Angka-angka yang dihimpun dalam satu halaman. Setiap angka menunjukkan bagaimana ia dibuat.
dashboards-none = Belum ada dasbor.
dashboards-old = Ini versi dasbor yang lebih lama. Kotak-kotaknya seperti waktu itu, angkanya angka hari ini.
dashboards-latest = Versi yang berlaku
dashboards-version-of = Versi { $version }, diterbitkan pada { $date }
dashboards-versions = Versi
dashboards-versions-lead = Setiap versi tetap tersimpan di sini sebagaimana diterbitkan. Angkanya angka hari ini.
dashboards-versions-version = Versi
dashboards-versions-day = Diterbitkan
dashboards-versions-why = Apa yang berubah
dashboards-embed = Tampilkan di halaman Anda sendiri
dashboards-embed-how = Salin ini ke halaman Anda. Ia punya nama dan setiap grafik punya tabel, sehingga orang yang tidak dapat melihatnya dapat membacanya. Ia tidak memerlukan skrip dan tidak memasang kuki sendiri.
dashboards-embed-source = Lihat di tempat asalnya, beserta cara angka-angkanya dibuat

dashboards-division = Ditampilkan menurut
dashboards-division-own = Wilayah administrasi
dashboards-division-light = Lampu

dashboards-gone = Angka indikator { $code } sudah tidak ada di sini.
dashboards-no-numbers = Belum ada angka untuk { $place }.
dashboards-all-withheld = Tidak ada yang dapat digambar: angka untuk { $place } dirahasiakan. Dirahasiakan bukan berarti nol atau kosong.
dashboards-no-light = Belum ada yang menetapkan mulai nilai berapa ini dianggap baik.
dashboards-counted-on = dihitung pada { $date }
dashboards-more = { $n ->
   *[other] { $n } lagi ada di halaman indikatornya.
}

dashboards-composed = Menyusun dasbor
dashboards-composed-lead = Himpun angka untuk rapat, kantor, atau desa. Yang Anda susun tetap berupa draf sampai Anda menerbitkannya.
dashboards-composed-none = Anda belum punya dasbor.
dashboards-begin = Mulai dasbor baru
dashboards-n-tiles = { $n ->
    [0] tanpa kotak
   *[other] { $n } kotak
}
dashboards-state-draft = Draf
dashboards-state-shown = Diterbitkan
dashboards-state-hidden = Ditarik kembali
dashboards-see = Lihat seperti yang dilihat semua orang
dashboards-tiles = Kotak
dashboards-tiles-none = Belum ada kotak. Tambahkan yang pertama di bawah.
dashboards-up = Naik
dashboards-down = Turun
dashboards-remove = Hapus
dashboards-add = Tambah kotak
dashboards-change = Ubah kotak
dashboards-leave = Biarkan seperti semula
dashboards-head = Judul dan wilayah
dashboards-head-save = Simpan judul dan wilayah
dashboards-publish = Terbitkan
dashboards-publish-lead = Semua orang akan dapat membacanya. Setiap versi yang Anda terbitkan tetap dapat dibaca.
dashboards-hide = Tarik kembali
dashboards-preview = Tampilannya sekarang

dashboards-field-title = Judul
dashboards-field-code = Alamat
dashboards-field-code-hint = Huruf kecil, angka, dan tanda hubung, misalnya air-mingguan. Nanti tidak dapat diubah.
dashboards-field-place = Wilayah
dashboards-field-place-hint = Kode wilayah yang dibahas, misalnya 35.22. Pembaca juga dapat melihat wilayah-wilayah di dalamnya.
dashboards-field-about = Untuk apa
dashboards-field-about-hint = Satu atau dua kalimat. Boleh dikosongkan.
dashboards-field-kind = Jenis kotak
dashboards-field-indicator-hint = Tidak diperlukan untuk tulisan.
dashboards-field-tile-title = Judul kotak
dashboards-field-tile-title-hint = Kosongkan untuk memakai judul indikator. Tulisan memerlukan judul.
dashboards-field-width = Lebar
dashboards-field-across = Diagram batang atau tabel disusun menurut
dashboards-field-across-hint = Kelompok dapat dipilih setelah kotak punya indikator: tambahkan dahulu, lalu ubah.
dashboards-field-tile-place = Wilayah lain
dashboards-field-tile-place-hint = Kode suatu wilayah. Kosongkan untuk wilayah yang sedang dilihat pada seluruh dasbor.
dashboards-field-period-hint = Kosongkan untuk yang terbaru.
dashboards-field-text = Tulisan
dashboards-field-text-hint = Hanya untuk kotak tulisan.
dashboards-field-why = Apa yang berubah, dan mengapa
dashboards-indicator-none = Tidak ada

dashboards-kind-number = Angka
dashboards-kind-light = Lampu
dashboards-kind-trend = Perkembangan
dashboards-kind-bar = Diagram batang
dashboards-kind-map = Peta
dashboards-kind-table = Tabel
dashboards-kind-live = Nilai langsung
dashboards-kind-count = Hitungan langsung sebuah tabel
dashboards-kind-requests = Hitungan langsung laporan
dashboards-kind-text = Tulisan
dashboards-width-quarter = Seperempat
dashboards-width-half = Setengah
dashboards-width-full = Seluruhnya
dashboards-across-time = Periode
dashboards-across-places = Wilayah tepat di bawahnya

problem-dashboards-across-unknown = Indikator ini tidak dirinci demikian. Pilih salah satu dari daftar.
problem-dashboards-changed-meanwhile = Seseorang mengubah dasbor ini sejak Anda membukanya. Ia ditampilkan sebagaimana adanya sekarang: periksalah, lalu lakukan lagi yang masih perlu dilakukan.
problem-dashboards-chart-unknown = Tidak ada grafik “{ $chart }” untuk indikator ini. Mintalah number, light, trend, bar, map, atau table.
problem-dashboards-code-taken = Sudah ada dasbor di alamat ini. Pilih alamat lain.
problem-dashboards-empty = Belum ada yang dapat diterbitkan. Tambahkan kotak dahulu.
problem-dashboards-full = Satu dasbor memuat paling banyak { $most } kotak. Hapus satu dahulu, atau mulai dasbor lain.
problem-dashboards-hidden = Dasbor ini ditarik kembali oleh yang menerbitkannya. Daftar dasbor menunjukkan yang masih ada.
problem-dashboards-indicator-unknown = Pilih sebuah indikator.
problem-dashboards-kind-unknown = Pilih jenis kotaknya.
problem-dashboards-place-not-yours = Anda hanya dapat menyusun dasbor untuk wilayah kerja Anda. Tulis kode salah satunya.
problem-dashboards-place-unknown = Tidak ada wilayah dengan kode ini.
problem-dashboards-text-missing = Tulis kata-kata yang ditampilkan kotak ini.
problem-dashboards-tile-unknown = Tidak ada kotak seperti itu. Buka dasbornya lagi.
problem-dashboards-title = Masukkan judul paling panjang 120 huruf.
problem-dashboards-unknown = Tidak ada dasbor “{ $code }”, atau tidak dalam versi ini. Daftar dasbor menunjukkan semuanya.
