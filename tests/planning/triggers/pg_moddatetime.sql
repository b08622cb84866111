-- harmless | postgres film BEFORE update c
public.moddatetime('changed')
