# Seri dataset.

catalog-series-one = Seri
catalog-series-all = Semua seri
catalog-series-lead = Seri menyatukan dataset tentang satu pokok: satu untuk tiap tahun, atau satu untuk tiap tempat.
catalog-series-nothing = Belum ada seri. Bila sebuah kantor menerbitkan data yang sama setiap tahun, tahun-tahunnya berkumpul di sini.
catalog-series-none = Tidak dalam seri
catalog-series-new = Seri baru
catalog-series-choose = Seri dari dataset ini
catalog-series-title = Judulnya
catalog-series-title-hint = Tanpa tahun atau tempat, misalnya “Anggaran desa”.
catalog-series-description = Apa yang sama pada semua datasetnya
catalog-series-description-hint = Sebutkan juga yang berubah dari waktu ke waktu: definisi baru, tempat lain.
catalog-series-describe = Jelaskan seri ini
catalog-series-before = Sebelumnya: { $title }
catalog-series-next = Berikutnya: { $title }
problem-series-unknown = Tidak ada seri “{ $series }”.
problem-series-title-missing = Beri judul pada seri baru.
