-- unknown | postgres t AFTER update plpython3u
plpy.execute('delete from x')
