# Wilayah dan tabel berlokasi untuk program peta: OGC API – Features.

catalog-ogc-title = Data untuk peta
catalog-ogc-lead = Wilayah dan semua tabel terbuka yang menyebutkan letak barisnya, untuk program seperti QGIS (OGC API – Features).
catalog-ogc-collections = Koleksi
catalog-ogc-collections-about = Setiap koleksi berisi fitur: hal yang memiliki tempat di peta beserta keterangannya.
catalog-ogc-interface = Antarmuka
catalog-ogc-conformance = Standar yang dipenuhi layanan ini
catalog-ogc-for-programs = Hal yang sama untuk program
catalog-ogc-places = Wilayah
catalog-ogc-places-about = Satuan wilayah dengan kode, nama, tingkat, masa berlaku, dan batasnya.
catalog-ogc-features = Fitur
catalog-ogc-features-json = Sebagai GeoJSON
catalog-ogc-table = Tabelnya
catalog-ogc-id = Id
catalog-ogc-next = Fitur sesudah ini
catalog-ogc-shown-of = { $shown } dari { $all } fitur
catalog-ogc-shown = { $shown } fitur

problem-ogc-collection-unknown = Tidak ada koleksi “{ $collection }” yang terbuka untuk semua orang. Daftar di /ogc/collections memuat semuanya.
problem-ogc-feature-unknown = Tidak ada fitur “{ $feature }” dalam koleksi ini.
