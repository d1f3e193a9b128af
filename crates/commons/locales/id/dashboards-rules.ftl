# Aturan yang mengawasi angka, dan peringatan yang terbuka bila sebuah aturan terpenuhi.

problem-dashboards-rules-indicator = Pilih indikator.
problem-dashboards-rules-place = Tidak ada wilayah dengan kode ini.
problem-dashboards-rules-when = Pilih kapan seseorang diberi tahu.
problem-dashboards-rules-group = Indikator ini tidak dirinci seperti itu. Tulis kelompok seperti sex=F, atau kosongkan.
problem-dashboards-rules-unfit = Hal ini tidak dapat ditunggu di sana. Kelompok punya ambang dan lampu; sensor punya ambang dan diam.
problem-dashboards-rules-threshold = Tulis sebuah angka, misalnya 60 atau 2,5; untuk hari dan menit, bilangan bulat mulai 1.
problem-dashboards-rules-no-light = Indikator ini tidak punya lampu. Pilih ambang sebagai gantinya.
problem-dashboards-rules-wait = Tulis jumlah hari kerja dari 0 sampai 60.
problem-dashboards-rules-why = Tulis apa yang harus dilakukan, paling banyak 600 huruf.
problem-dashboards-rules-person = Tidak ada petugas di sini yang memiliki akun dengan alamat surel ini.
problem-dashboards-rules-changed = Aturan ini sudah diubah orang lain sejak Anda membukanya. Buka kembali, lalu lakukan yang masih perlu.
problem-dashboards-rules-full = Sudah ada { $most } aturan. Ubah aturan yang tidak diperlukan lagi.
problem-dashboards-rules-unknown = Tidak ada aturan seperti itu.
problem-dashboards-rules-alert-unknown = Tidak ada peringatan seperti itu.
problem-dashboards-rules-said = Tulis apa yang Anda lakukan, paling banyak 600 huruf.
problem-dashboards-rules-seen = Peringatan ini sudah ada yang menangani, atau sudah selesai. Buka kembali.

dashboards-rules-title = Aturan yang mengawasi angka
dashboards-rules-lead = Sebuah aturan memberi tahu orang tertentu bila sebuah angka memerlukannya. Aturan hanya tahu apa yang boleh dilihat semua orang: angka yang dirahasiakan tidak pernah memicunya.
dashboards-rules-none = Anda belum menetapkan aturan.
dashboards-rules-set = Tetapkan aturan
dashboards-rules-change = Ubah aturan
dashboards-rules-switch-on = Awasi lagi
dashboards-rules-switch-off = Berhenti mengawasi
dashboards-rules-on = Mengawasi
dashboards-rules-off = Dimatikan
dashboards-rules-orphan = Tidak ada yang bertanggung jawab: akunnya sudah ditutup

dashboards-rules-indicator = Indikator
dashboards-rules-group = Kelompok
dashboards-rules-group-hint = Kosongkan untuk semua orang bersama. Jika tidak, seperti sex=F atau sex=F,age=0-4, dengan kode yang ada di berkas indikator.
dashboards-rules-feed-hint = Hanya untuk aturan tentang sensor. Sensor itu lalu berlaku sebagai ganti indikator, kelompok, dan wilayah.
dashboards-rules-place = Wilayah
dashboards-rules-place-hint = Kode wilayah, misalnya 35.22.
dashboards-rules-when = Kapan seseorang diberi tahu
dashboards-rules-when-below = Angkanya di bawah ambang
dashboards-rules-when-above = Angkanya di atas ambang
dashboards-rules-when-change = Angkanya berubah lebih dari ambang sejak periode sebelumnya
dashboards-rules-when-red = Lampunya merah
dashboards-rules-when-yellow = Lampunya kuning atau merah
dashboards-rules-when-stale = Tidak dihitung lebih lama dari ambang, dalam hari
dashboards-rules-when-silent = Sensornya diam lebih lama dari ambang, dalam menit
dashboards-rules-threshold = Ambang
dashboards-rules-threshold-hint = Dalam satuan angkanya; dalam hari bila menyangkut umur, dalam menit bila menyangkut diamnya sensor. Lampu tidak memerlukannya.
dashboards-rules-why = Apa yang harus dilakukan
dashboards-rules-why-hint = Dibaca oleh orang yang diberi tahu.
dashboards-rules-person = Penanggung jawab
dashboards-rules-person-hint = Alamat surel sebuah akun.
dashboards-rules-deputy = Wakil
dashboards-rules-deputy-hint = Alamat surel sebuah akun; boleh kosong. Wakil diberi tahu bila tidak ada yang menangani peringatan pada waktunya.
dashboards-rules-wait = Hari kerja sampai wakil diberi tahu
dashboards-rules-condition = Aturan
dashboards-rules-standing = Keadaan
dashboards-rules-is-below = di bawah { $threshold }
dashboards-rules-is-above = di atas { $threshold }
dashboards-rules-is-change = perubahan lebih dari { $threshold }
dashboards-rules-is-red = lampu merah
dashboards-rules-is-yellow = lampu kuning atau merah
dashboards-rules-is-stale = tidak ada angka baru lebih dari { $n } hari
dashboards-rules-is-silent = tidak ada bacaan lebih dari { $n } menit

dashboards-rules-alerts = Peringatan
dashboards-rules-alerts-lead = Angka yang memerlukan seseorang. Peringatan selesai sendiri bila angkanya kembali jauh di dalam batasnya.
dashboards-rules-alerts-none = Tidak ada angka yang memerlukan Anda sekarang.
dashboards-rules-alert = Peringatan
dashboards-rules-opened = Sejak
dashboards-rules-found = Angkanya
dashboards-rules-number = { $value } pada { $period }
dashboards-rules-reading = { $value }, dibaca pada { $period }
dashboards-rules-number-before = { $value } pada { $period }, { $before } pada periode sebelumnya
dashboards-rules-number-withheld = Angka yang memicunya sekarang dirahasiakan.
dashboards-rules-number-gone = Angka yang memicunya sudah ditarik.
dashboards-rules-stands-open = Menunggu seseorang
dashboards-rules-stands-climbed = Menunggu; wakil sudah diberi tahu
dashboards-rules-stands-seen = Ada yang menangani
dashboards-rules-stands-closed = Selesai
dashboards-rules-climbed = Wakil diberi tahu
dashboards-rules-seen-at = Ditangani sejak
dashboards-rules-does = Apa yang dilakukan
dashboards-rules-does-hint = Dapat dibaca oleh penetap aturan dan wakil.
dashboards-rules-closed = Selesai sejak
dashboards-rules-look-after = Saya menanganinya

dashboards-rules-told-title = Sebuah angka memerlukan Anda
dashboards-rules-told-fired = { $indicator }, { $place }: { $condition }.
dashboards-rules-told-deputy = Tidak ada yang menangani peringatan ini pada waktunya. Anda menerimanya sebagai wakil.
