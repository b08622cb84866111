-- unknown | postgres photo BEFORE update,delete c
public.lo_manage('raster')
