# Nilai langsung: umpan sensor, petaknya, dan tabel tempat pembacaannya disimpan.

dashboards-live-feeds = Sensor
dashboards-live-feeds-lead = Yang diukur sensor dapat tampil di dasbor dalam dua detik. Bila sensor diam, dasbor mengatakannya.
dashboards-live-feeds-none = Anda belum mengelola sensor.
dashboards-live-register = Daftarkan sensor
dashboards-live-register-lead = Semua orang boleh melihat pembacaannya: ditampilkan di dasbor, dan setelah tujuh hari masuk ke katalog. Jangan daftarkan apa pun yang bercerita tentang satu orang atau satu rumah tangga.
dashboards-live-change = Keterangan sensor
dashboards-live-save = Simpan
dashboards-live-renew = Ganti rahasia pada alamat
dashboards-live-stop = Berhenti menerima pembacaan
dashboards-live-resume = Terima pembacaan lagi
dashboards-live-is-off = Pembacaannya saat ini tidak diterima.
dashboards-live-clock-off = Jam sensor salah, atau sensor tidak menyebutkan kapan ia mengukur. Yang ditampilkan adalah waktu tiba.
dashboards-live-how = Cara pembacaannya datang
dashboards-live-how-webhook = Kirim (POST) setiap pembacaan ke alamat ini: angka saja, atau dokumen JSON.
dashboards-live-secret = Siapa pun yang mengetahui alamat ini dapat mengirim pembacaan. Perlakukan seperti kata sandi; ganti rahasianya bila diketahui orang lain.
dashboards-live-how-mqtt = Pembacaan dibaca dari topik broker ini:
dashboards-live-no-broker = Tidak ada broker yang diatur di server ini, jadi tidak ada yang datang. Pengelola server mengatur mqtt_url.
dashboards-live-tile-how = Di dasbor, tambahkan petak jenis “Nilai langsung” dan pilih sensor ini ({ $code }).
dashboards-live-latest = Pembacaan terakhir

dashboards-live-field-title = Judul
dashboards-live-field-code = Nama pendek
dashboards-live-field-code-hint = Huruf kecil, angka, dan tanda hubung, seperti gate-karangnongko. Tidak dapat diubah lagi.
dashboards-live-field-unit = Satuan
dashboards-live-field-unit-hint = Seperti tertulis di belakang angka, misalnya m atau °C. Boleh dikosongkan.
dashboards-live-field-decimals = Angka di belakang koma
dashboards-live-field-place-hint = Kode wilayah tempat ia mengukur, seperti 35.22.01.
dashboards-live-field-source = Cara pembacaan datang
dashboards-live-source-webhook = Dikirim ke sebuah alamat server ini
dashboards-live-source-mqtt = Dari topik broker MQTT
dashboards-live-field-topic = Topik
dashboards-live-field-topic-hint = Hanya untuk MQTT. Satu topik, tanpa + atau #.
dashboards-live-field-value-path = Letak angka
dashboards-live-field-value-path-hint = Dalam dokumen JSON, nama-nama menuju angka itu dengan titik di antaranya, seperti uplink.level. Kosongkan bila yang dikirim hanya angka.
dashboards-live-field-time-path = Letak waktu
dashboards-live-field-time-path-hint = Dengan cara yang sama. Kosongkan untuk waktu tiba.
dashboards-live-field-expected = Detik dari satu pembacaan ke berikutnya
dashboards-live-field-expected-hint = Sesuai setelan sensor, misalnya 60.
dashboards-live-field-silent = Dianggap diam setelah sekian detik
dashboards-live-field-silent-hint = Tanpa pembacaan selama itu, nilainya dianggap tidak diketahui. Tidak lebih singkat daripada jarak antara dua pembacaan.
dashboards-live-field-low = Rendah di bawah
dashboards-live-field-high = Tinggi di atas
dashboards-live-field-limit-hint = Angka dengan titik desimal. Kosongkan bila tanpa batas.
dashboards-live-feed = Sensor
dashboards-live-feed-hint = Hanya untuk nilai langsung.

dashboards-live-state-nothing = Belum ada pembacaan
dashboards-live-state-silent = Tidak ada pembacaan sejak { $time }
dashboards-live-state-low = Rendah: di bawah { $limit }
dashboards-live-state-high = Tinggi: di atas { $limit }
dashboards-live-said = Dibaca { $time }, diharapkan { $every }
dashboards-live-expected = Diharapkan { $every }
dashboards-live-every-seconds = { $n ->
   *[other] setiap { $n } detik
}
dashboards-live-every-minutes = { $n ->
   *[other] setiap { $n } menit
}
dashboards-live-every-hours = { $n ->
   *[other] setiap { $n } jam
}
dashboards-live-gone = Sensor atau tabel ini tidak lagi tersedia untuk semua orang.
dashboards-live-late = terlambat: angka { $period } belum ada

dashboards-live-table = Pembacaan sensor
dashboards-live-table-about = Yang diukur sensor, satu baris untuk setiap pembacaan, sejak tujuh hari yang lalu ke belakang. Pembacaan yang lebih baru ada di dasbor.
dashboards-live-column-feed = Sensor
dashboards-live-column-place-code = Wilayah
dashboards-live-column-at = Diukur pada
dashboards-live-column-value = Nilai
dashboards-live-column-unit = Satuan
dashboards-live-column-received-at = Tiba pada

dashboards-live-field-table = Tabel
dashboards-live-field-table-hint = Hanya untuk hitungan langsung sebuah tabel yang boleh dilihat semua orang: seperti pada alamatnya, misalnya roads/main.
dashboards-live-field-measure = Apa yang dihitung darinya
dashboards-live-measure-count = Banyaknya baris, atau banyaknya nilai pada kolom
dashboards-live-measure-sum = Jumlah kolom
dashboards-live-measure-newest = Nilai terbaru pada kolom
dashboards-live-field-column = Kolom
dashboards-live-field-column-hint = Nama kolom angka. Kosongkan untuk menghitung baris.
dashboards-live-field-counts = Laporan yang mana
dashboards-live-field-counts-hint = Hanya untuk hitungan langsung laporan.
dashboards-live-field-agency = Unit yang bertanggung jawab
dashboards-live-agency-any = Semua
dashboards-live-counts-open = Belum ditutup
dashboards-live-counts-yellow = Kuning: melewati janji
dashboards-live-counts-red = Merah: jauh melewati janji
dashboards-live-counts-closed = Ditutup bulan ini
dashboards-live-count-nothing = Belum ada baris
dashboards-live-count-version = Keadaan { $time }
dashboards-live-count-requests = Laporan terbuka; laporan rahasia tidak ikut dihitung
dashboards-live-count-old = Tidak dihitung ulang sejak { $date }
dashboards-live-count-late = Terlambat: { $period } belum datang

problem-dashboards-live-changed-meanwhile = Seseorang mengubah sensor ini sejak Anda membukanya. Lihat keadaannya sekarang, lalu lakukan lagi yang masih perlu.
problem-dashboards-live-code-taken = Sudah ada sensor dengan nama ini. Pilih nama lain.
problem-dashboards-live-decimals = Isi bilangan bulat dari 0 sampai 6.
problem-dashboards-live-feed-unknown = Tidak ada sensor seperti itu. Daftar sensor di meja kerja menampilkan milik Anda.
problem-dashboards-live-full = Sudah ada { $most } sensor. Ubah sensor yang tidak diperlukan lagi.
problem-dashboards-live-limit = Isi angka dengan titik desimal, seperti 1.5, atau kosongkan. Batas atas tidak boleh di bawah batas bawah.
problem-dashboards-live-off = Pembacaan sensor ini saat ini tidak diterima. Pengelolanya dapat menerimanya lagi di meja kerja.
problem-dashboards-live-payload = Ini lebih panjang dari 64 KiB. Kirim satu pembacaan setiap kali.
problem-dashboards-live-seconds = Isi detik bulat dari 1 sampai 432000. Sensor tidak dapat dianggap diam sebelum pembacaan berikutnya waktunya tiba.
problem-dashboards-live-table-unknown = Tidak ada tabel terbuka seperti ini, atau tabel itu tidak punya kolom angka tersebut. Tulis seperti pada alamatnya, misalnya roads/main.
problem-dashboards-live-title = Isi judul paling banyak 120 huruf.
problem-dashboards-live-too-fast = Lebih dari 600 pembacaan datang dalam satu menit. Kirim lebih sedikit, dan kirim yang ini lagi semenit kemudian.
problem-dashboards-live-topic = Isi satu topik paling banyak 200 huruf, tanpa + dan #.
problem-dashboards-live-value = Tidak ada angka di tempat yang seharusnya (“{ $path }”; kosong berarti seluruh kiriman adalah angkanya). Kirim angka dengan titik desimal.
