# (being written: compiles po/ja.po into generated/catalogue_ja.h)
